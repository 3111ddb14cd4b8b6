/**
 * What Sluice is delivered in: the container image and the Helm chart. Builds and renders them from
 * the checkout as their users do. Knows nothing of media; the tests of a call use it to start the
 * image.
 */
@NullMarked
package dev.sluice.e2e.packaging;

import org.jspecify.annotations.NullMarked;

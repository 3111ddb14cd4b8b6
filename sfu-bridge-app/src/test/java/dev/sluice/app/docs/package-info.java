/** Holds the documents to what is so: settings that exist, links that lead somewhere. */
@NullMarked
package dev.sluice.app.docs;

import org.jspecify.annotations.NullMarked;

/**
 * Drives a real Chromium over the raw DevTools protocol and a real Firefox over raw WebDriver BiDi:
 * processes, pages, and the call page as a user sees it. Holds no expectations of its own; the
 * tests judge what it reports.
 */
@NullMarked
package dev.sluice.e2e.browser;

import org.jspecify.annotations.NullMarked;

/** How what is measured is measured. */
@NullMarked
package dev.pacesetter.metrics;

import org.jspecify.annotations.NullMarked;

/** How all caches are made. */
@NullMarked
package dev.pacesetter.cache;

import org.jspecify.annotations.NullMarked;

/** Real PostgreSQL and Redis servers of our own, for a start without any. */
@NullMarked
package dev.pacesetter.embedded;

import org.jspecify.annotations.NullMarked;

/** Rankings: Redis as a view of what PostgreSQL holds, and how it heals. */
@NullMarked
package dev.pacesetter.ranking;

import org.jspecify.annotations.NullMarked;

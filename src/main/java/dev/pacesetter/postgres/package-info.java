/** Reaching PostgreSQL: its servers, and the schema they must have. */
@NullMarked
package dev.pacesetter.postgres;

import org.jspecify.annotations.NullMarked;

/** Scores in: the route that takes them, the writer that commits them in batches. */
@NullMarked
package dev.pacesetter.ingest;

import org.jspecify.annotations.NullMarked;

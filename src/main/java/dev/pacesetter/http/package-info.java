/** The HTTP server and what every route shares: problems, bodies, who is calling. */
@NullMarked
package dev.pacesetter.http;

import org.jspecify.annotations.NullMarked;

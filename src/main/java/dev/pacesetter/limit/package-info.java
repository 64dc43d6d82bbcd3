/** How often callers may call, counted for all nodes in Redis, or for one node alone while Redis is down. */
@NullMarked
package dev.pacesetter.limit;

import org.jspecify.annotations.NullMarked;

/** What everything that talks to Redis shares: a link that comes back by itself, and scripts. */
@NullMarked
package dev.pacesetter.redis;

import org.jspecify.annotations.NullMarked;

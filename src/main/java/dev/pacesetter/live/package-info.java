/** Boards pushed to browsers over the SockJS event-bus bridge. */
@NullMarked
package dev.pacesetter.live;

import org.jspecify.annotations.NullMarked;

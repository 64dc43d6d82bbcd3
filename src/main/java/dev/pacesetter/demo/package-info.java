/** Simulated athletes, so that a newcomer sees a board move. */
@NullMarked
package dev.pacesetter.demo;

import org.jspecify.annotations.NullMarked;

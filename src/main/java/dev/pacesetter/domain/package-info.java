/** Leaderboards, scores, periods, the packed order, deltas: plain Java, the JDK alone. */
@NullMarked
package dev.pacesetter.domain;

import org.jspecify.annotations.NullMarked;

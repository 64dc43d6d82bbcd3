/** Seeded junk at every endpoint and at the live bridge: what is refused must change nothing, break nothing and tell nothing. */
package dev.pacesetter.fuzz;

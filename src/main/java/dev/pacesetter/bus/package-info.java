/** What the verticles say to each other: addresses, messages, and the codec that hands them over. */
@NullMarked
package dev.pacesetter.bus;

import org.jspecify.annotations.NullMarked;

/** Composition: settings, order of deployment, shutdown. */
@NullMarked
package dev.pacesetter;

import org.jspecify.annotations.NullMarked;

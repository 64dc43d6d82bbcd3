/** The settings as validated records: each feature takes its own. Read by {@link dev.pacesetter.Settings}. */
@NullMarked
package dev.pacesetter.settings;

import org.jspecify.annotations.NullMarked;

/** Who people are: accounts, tokens, API keys, display names. */
@NullMarked
package dev.pacesetter.account;

import org.jspecify.annotations.NullMarked;

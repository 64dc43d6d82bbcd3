package dev.pacesetter.http;

/**
 * Where a call comes from, as limits count it.
 *
 * @param text the address; of IPv6 its network
 * @param isExempt whether limits by address leave it alone
 */
public record ClientAddress(String text, boolean isExempt) {}

package dev.pacesetter.limit;

/**
 * What Redis has granted a node of a subject's tokens.
 *
 * @param granted at most as many as were asked for
 * @param left in Redis, for all nodes
 * @param waitMillis until another one comes, where not all were granted
 */
record Lease(int granted, long left, long waitMillis) {}

/** What integration tests share. */
package dev.pacesetter.support;

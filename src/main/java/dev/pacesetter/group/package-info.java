/** Groups of users: kept in PostgreSQL, known to the node while somebody reads them. */
@org.jspecify.annotations.NullMarked
package dev.pacesetter.group;

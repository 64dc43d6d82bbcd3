/** Sends what a query finds as a file, however long it is, from one moment of the database. */
@NullMarked
package dev.pacesetter.export;

import org.jspecify.annotations.NullMarked;

package dev.pacesetter.bench;

import java.io.IOException;

/** Something that is measured, once a round. */
interface Case {

    /** @param round from 0 */
    void measure(int round) throws IOException;

    /** Puts the rows of all rounds in the table. */
    void report();
}

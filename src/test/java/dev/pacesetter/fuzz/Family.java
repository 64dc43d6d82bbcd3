package dev.pacesetter.fuzz;

/** One way to be nasty. */
interface Family {

    /** In the summary. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** Whether all of it is to be refused, or changes nothing; else what is accepted has to be found in the stores. */
    default boolean changesNothing() {
        return true;
    }

    /** One input; the same for the same chance. */
    Input make(Dice dice, Target target);
}

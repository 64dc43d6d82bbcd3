package dev.pacesetter.live;

/** Where a socket's texts go. */
interface Outlet {

    /**
     * Sends a text, after all those before it.
     *
     * @param done runs when the network has taken it, or never will
     */
    void send(Outgoing text, Runnable done);
}

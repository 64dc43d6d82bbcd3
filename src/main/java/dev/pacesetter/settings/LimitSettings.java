package dev.pacesetter.settings;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How often callers may call, all nodes together. A rate of 0 is no limit.
 *
 * @param userPerSecond calls of one user
 * @param userBurst most of them at once
 * @param keyPerSecond calls with one API key
 * @param keyBurst most of them at once
 * @param addressPerSecond calls from one address without a token or key; the same again for tokens and keys that do not
 *     hold
 * @param addressBurst most of them at once
 * @param signUpsPerHour accounts made from one address
 * @param addressSignInsPerMinute attempts to sign in from one address, whatever comes of them
 * @param accountSignInsPerMinute those to one account, from where nobody signed in to it lately together, and from each
 *     address where somebody did
 * @param connectionsPerAddress connections that one address may have open to one node
 * @param exemptAddresses that no limit by address is for
 * @param maxSubjects users, keys and addresses that a node remembers, of each kind; the one unseen the longest is
 *     forgotten
 */
public record LimitSettings(
        int userPerSecond,
        int userBurst,
        int keyPerSecond,
        int keyBurst,
        int addressPerSecond,
        int addressBurst,
        int signUpsPerHour,
        int addressSignInsPerMinute,
        int accountSignInsPerMinute,
        int connectionsPerAddress,
        List<String> exemptAddresses,
        int maxSubjects) {

    private static final int MOST = 1_000_000;
    static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    static final String ADDRESSES = "addresses such as 10.0.0.7 or ::1";

    public LimitSettings {
        exemptAddresses = List.copyOf(exemptAddresses);
    }

    /** Reads them out of the section {@code limits}. */
    public static LimitSettings read(Section in) {
        return new LimitSettings(
                in.integer("userPerSecond", 0, MOST),
                in.integer("userBurst", 1, MOST),
                in.integer("keyPerSecond", 0, MOST),
                in.integer("keyBurst", 1, MOST),
                in.integer("addressPerSecond", 0, MOST),
                in.integer("addressBurst", 1, MOST),
                in.integer("signUpsPerHour", 0, MOST),
                in.integer("addressSignInsPerMinute", 0, MOST),
                in.integer("accountSignInsPerMinute", 0, MOST),
                in.integer("connectionsPerAddress", 0, MOST),
                in.list("exemptAddresses", ADDRESSES, ADDRESS),
                in.integer("maxSubjects", 100, 10_000_000));
    }
}

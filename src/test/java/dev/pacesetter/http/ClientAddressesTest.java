package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAddressesTest {

    private final ClientAddresses addresses = new ClientAddresses(
            List.of("127.0.0.1", "::1", "10.0.0.9", "2001:db8:0:9::1"),
            List.of("127.0.0.2", "::1", "198.51.100.5", "2001:db8:0:5::7"));

    private String of(String peer, String... forwarded) {
        return addresses.of(peer, List.of(forwarded), forwarded.length > 0).text();
    }

    private boolean isExempt(String peer, String... forwarded) {
        return addresses.of(peer, List.of(forwarded), forwarded.length > 0).isExempt();
    }

    @Test
    void shouldTakeThePeerWhenNobodyForwards() {
        assertEquals("198.51.100.7", of("198.51.100.7"));
        assertEquals("127.0.0.1", of("127.0.0.1"));
    }

    @Test
    void shouldBelieveNobodyButTrustedProxies() {
        assertEquals("198.51.100.7", of("198.51.100.7", "203.0.113.1"));
        assertEquals("203.0.113.1", of("127.0.0.1", "203.0.113.1"));
    }

    @Test
    void shouldTakeTheLastHopThatIsNotTrustedWhateverAClientWroteBefore() {
        assertEquals("203.0.113.1", of("127.0.0.1", "127.0.0.1, 203.0.113.1, 10.0.0.9"));
        assertEquals("203.0.113.1", of("127.0.0.1", "1.1.1.1", "203.0.113.1"));
    }

    @Test
    void shouldStopAtWhatIsNoAddress() {
        assertEquals("127.0.0.1", of("127.0.0.1", "203.0.113.1, example.com"));
        assertEquals("127.0.0.1", of("127.0.0.1", ""));
        assertEquals("127.0.0.1", of("127.0.0.1", "999.1.1.1.1.1"));
    }

    @Test
    void shouldCountIpv6ByNetwork() {
        assertEquals(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assertFalse(of("2001:db8:1:2::9").equals(of("2001:db8:1:3::9")));
    }

    /** A neighbour in the network of a proxy is no proxy. */
    @Test
    void shouldTrustOneAddressAndNotItsNetwork() {
        assertEquals("203.0.113.1", of("2001:db8:0:9:0:0:0:1", "203.0.113.1"));
        assertEquals(of("2001:db8:0:9::2"), of("2001:db8:0:9::2", "203.0.113.1"));
        assertFalse(addresses.isLimited("2001:db8:0:9::1"));
        assertTrue(addresses.isLimited("2001:db8:0:9::2"));
        assertEquals(of("2001:db8:0:9::2"), of("127.0.0.1", "203.0.113.1, 2001:db8:0:9::2"));
    }

    @Test
    void shouldExemptPeersInAnySpelling() {
        assertTrue(isExempt("198.51.100.5"));
        assertTrue(isExempt("::ffff:198.51.100.5"));
        assertTrue(isExempt("127.0.0.2"));
        assertTrue(isExempt("2001:db8:0:5:1:2:3:4"));
        assertFalse(isExempt("203.0.113.1"));
        assertFalse(isExempt("2001:db8:0:6::7"));
    }

    @Test
    void shouldExemptNobodyWhomAHeaderNames() {
        assertEquals("198.51.100.5", of("127.0.0.1", "198.51.100.5"));
        assertFalse(isExempt("127.0.0.1", "198.51.100.5"));
        assertFalse(isExempt("127.0.0.1", "127.0.0.2"));
        assertFalse(isExempt("127.0.0.1", "::1"));
        assertFalse(isExempt("10.0.0.9", "198.51.100.5, 127.0.0.1"));
        assertFalse(isExempt("203.0.113.1", "198.51.100.5"));
    }

    /** It calls for all the world. */
    @Test
    void shouldNotExemptAProxyThatDoesNotSayForWhomItCalls() {
        assertEquals("0:0:0:0:0:0:0:1", of("::1"));
        assertFalse(isExempt("::1"));
        assertFalse(isExempt("::1", "203.0.113.1"));
        assertFalse(isExempt("::1", "unknown"));
        assertFalse(addresses.isLimited("::1"), "its connections are those of many");
        assertEquals(List.of("0:0:0:0:0:0:0:1"), addresses.exemptProxies());
    }

    @Test
    void shouldNotExemptWhoForwardsForOthers() {
        assertTrue(addresses.of("127.0.0.2", List.of(), false).isExempt());
        // A proxy that nobody named: by X-Forwarded-For, or another of its headers.
        assertFalse(addresses.of("127.0.0.2", List.of("203.0.113.7"), true).isExempt());
        assertFalse(addresses.of("127.0.0.2", List.of(), true).isExempt());
        assertEquals(
                "127.0.0.2",
                addresses.of("127.0.0.2", List.of("203.0.113.7"), true).text());
    }
}

package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAddressesTest {

    private final ClientAddresses addresses =
            new ClientAddresses(List.of("127.0.0.1", "::1", "10.0.0.9"), List.of("127.0.0.1", "::1"));

    private String of(String peer, String... forwarded) {
        return addresses.of(peer, List.of(forwarded));
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

    @Test
    void shouldExemptInAnySpelling() {
        assertTrue(addresses.isExempt(of("0:0:0:0:0:0:0:1")));
        assertTrue(addresses.isExempt(of("::1")));
        assertTrue(addresses.isExempt(of("::ffff:127.0.0.1")));
        assertFalse(addresses.isExempt(of("203.0.113.1")));
    }
}

package dev.pacesetter.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where requests come from, as limits count it: the peer's address or, behind a proxy that is trusted, the one that the
 * proxy names in {@code X-Forwarded-For}. IPv6 addresses count by their network of 64 bits, as one household has that
 * many.
 *
 * <p>Exempt are peers, never what a header names; and no peer that forwards for others, by the rules or by a header, as
 * nobody can tell for whom.
 */
public final class ClientAddresses {

    private static final String FORWARDED = "X-Forwarded-For";
    /** What proxies write of themselves, and nobody who calls on their own account. */
    private static final List<String> TRACES = List.of(FORWARDED, "Forwarded", "X-Real-IP", "Via");

    private static final int NETWORK_BYTES = 8;

    /** Each as one address. */
    private final Set<String> trusted;
    /** Of IPv6 networks. */
    private final Set<String> exempt;

    /**
     * With rules.
     *
     * @param trustedProxies addresses of peers whose {@code X-Forwarded-For} counts
     * @param exempt addresses of peers that no limit by address is for
     */
    public ClientAddresses(Collection<String> trustedProxies, Collection<String> exempt) {
        this.trusted = trustedProxies.stream().map(ClientAddresses::whole).collect(Collectors.toUnmodifiableSet());
        this.exempt = exempt.stream().map(ClientAddresses::counted).collect(Collectors.toUnmodifiableSet());
    }

    /** The address of a request's client. Of a list of proxies, the last one that is not trusted. */
    public ClientAddress of(HttpServerRequest request) {
        boolean isProxied = TRACES.stream().anyMatch(request.headers()::contains);
        return of(request.remoteAddress().hostAddress(), request.headers().getAll(FORWARDED), isProxied);
    }

    ClientAddress of(String peer, Collection<String> forwarded, boolean isProxied) {
        String address = whole(peer);
        boolean isExempt = !isProxied && !trusted.contains(address) && exempt.contains(counted(address));
        String[] hops = String.join(",", forwarded).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trusted.contains(address); i--) {
            String hop = hops[i].strip();
            if (!NetUtil.isValidIpV4Address(hop) && !NetUtil.isValidIpV6Address(hop)) {
                break;
            }
            address = whole(hop);
        }
        return new ClientAddress(counted(address), isExempt);
    }

    /** The peer of a connection, whoever it forwards for. */
    ClientAddress ofPeer(String peer) {
        return of(peer, List.of(), false);
    }

    /** Whether the connections from a peer are one client's, and limited: a proxy has those of many. */
    boolean isLimited(String peer) {
        return !trusted.contains(whole(peer)) && !exempt.contains(counted(peer));
    }

    /** Proxies that are exempt by the rules, which they cannot be. */
    public List<String> exemptProxies() {
        return trusted.stream()
                .filter(proxy -> exempt.contains(counted(proxy)))
                .sorted()
                .toList();
    }

    /** As one address is always written; a text that is no address as it is. No name server is asked. */
    private static String whole(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? text : address(bytes).getHostAddress();
    }

    /** The same, of IPv6 its network. */
    private static String counted(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return text;
        }
        InetAddress address = address(bytes);
        if (address.getAddress().length <= NETWORK_BYTES || address.isLoopbackAddress()) {
            return address.getHostAddress();
        }
        byte[] network = Arrays.copyOf(Arrays.copyOf(bytes, NETWORK_BYTES), bytes.length);
        return address(network).getHostAddress() + "/64";
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

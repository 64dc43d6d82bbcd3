package dev.pacesetter.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where requests come from, as limits count it: the peer's address or, behind a proxy that is trusted, the one that the
 * proxy names in {@code X-Forwarded-For}. IPv6 addresses count by their network of 64 bits, as one household has that
 * many.
 */
public final class ClientAddresses {

    private static final String FORWARDED = "X-Forwarded-For";
    private static final int NETWORK_BYTES = 8;

    private final Set<String> trusted;
    private final Set<String> exempt;

    /**
     * With rules.
     *
     * @param trustedProxies addresses of peers whose {@code X-Forwarded-For} counts
     * @param exempt addresses that no limit by address is for
     */
    public ClientAddresses(Collection<String> trustedProxies, Collection<String> exempt) {
        this.trusted = trustedProxies.stream().map(ClientAddresses::canonical).collect(Collectors.toUnmodifiableSet());
        this.exempt = exempt.stream().map(ClientAddresses::canonical).collect(Collectors.toUnmodifiableSet());
    }

    /** The address of a request's client. Of a list of proxies, the last one that is not trusted. */
    public String of(HttpServerRequest request) {
        return of(request.remoteAddress().hostAddress(), request.headers().getAll(FORWARDED));
    }

    String of(String peer, Collection<String> forwarded) {
        String address = canonical(peer);
        String[] hops = String.join(",", forwarded).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trusted.contains(address); i--) {
            String hop = hops[i].strip();
            if (!NetUtil.isValidIpV4Address(hop) && !NetUtil.isValidIpV6Address(hop)) {
                break;
            }
            address = canonical(hop);
        }
        return address;
    }

    /** Whether limits by address leave it alone. */
    public boolean isExempt(String address) {
        return exempt.contains(address);
    }

    /** Whether the connections from it are one client's, and limited: a proxy has those of many. */
    boolean isLimited(String address) {
        return !exempt.contains(address) && !trusted.contains(address);
    }

    /** As one address is always written; a text that is no address as it is. No name server is asked. */
    private static String canonical(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return text;
        }
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            if (address.getAddress().length <= NETWORK_BYTES || address.isLoopbackAddress()) {
                return address.getHostAddress();
            }
            byte[] network = Arrays.copyOf(Arrays.copyOf(bytes, NETWORK_BYTES), bytes.length);
            return InetAddress.getByAddress(network).getHostAddress() + "/64";
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

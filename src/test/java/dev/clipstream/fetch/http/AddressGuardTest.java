package dev.clipstream.fetch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private static final AddressGuard GUARD = new AddressGuard(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                // this network, any local
                "0.0.0.0",
                "0.0.0.1",
                "0.255.255.255",
                // private
                "10.0.0.0",
                "10.0.0.1",
                "10.255.255.255",
                "172.16.0.0",
                "172.16.0.1",
                "172.20.10.1",
                "172.31.255.255",
                "192.168.0.0",
                "192.168.0.1",
                "192.168.255.255",
                // loopback
                "127.0.0.0",
                "127.0.0.1",
                "127.0.1.1",
                "127.1.2.3",
                "127.255.255.255",
                // carriers' shared space
                "100.64.0.0",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                // link-local and metadata
                "169.254.0.0",
                "169.254.0.1",
                "169.254.169.254",
                "169.254.169.253",
                "169.254.170.2",
                "169.254.255.255",
                "168.63.129.16",
                "192.0.0.192",
                // protocol assignments, tests, benchmarks
                "192.0.0.0",
                "192.0.0.1",
                "192.0.0.8",
                "192.0.0.170",
                "192.0.0.255",
                "192.0.2.0",
                "192.0.2.1",
                "192.0.2.255",
                "198.51.100.0",
                "198.51.100.7",
                "198.51.100.255",
                "203.0.113.0",
                "203.0.113.9",
                "203.0.113.255",
                "198.18.0.0",
                "198.18.0.1",
                "198.19.255.255",
                "192.88.99.0",
                "192.88.99.1",
                "192.31.196.1",
                "192.52.193.1",
                "192.175.48.1",
                // multicast, reserved, broadcast
                "224.0.0.0",
                "224.0.0.1",
                "224.0.0.251",
                "239.255.255.250",
                "239.255.255.255",
                "240.0.0.0",
                "250.1.2.3",
                "255.255.255.254",
                "255.255.255.255",
                // IPv6 unspecified, loopback, IPv4-compatible
                "::",
                "::1",
                "::2",
                "::7f00:1",
                "::a9fe:a9fe",
                "::808:808",
                // IPv4-mapped and translated
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::ffff:c0a8:1",
                "::ffff:0.0.0.0",
                "::ffff:0:7f00:1",
                "::ffff:0:808:808",
                // NAT64
                "64:ff9b::7f00:1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::",
                "64:ff9b::192.168.1.1",
                "64:ff9b:1::1",
                "64:ff9b:1::808:808",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                "64:ff9b::1:808:808",
                // discard, dummy, segment routing
                "100::",
                "100::1",
                "100:0:0:1::1",
                "5f00::1",
                // Teredo, ORCHID, protocol assignments
                "2001::",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:1::1",
                "2001:2::1",
                "2001:3::1",
                "2001:10::1",
                "2001:20::1",
                "2001:30::1",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                // documentation
                "2001:db8::",
                "2001:db8::1",
                "2001:db8:ffff:ffff::1",
                "3fff::1",
                "3fff:fff:ffff::1",
                // 6to4
                "2002::",
                "2002:7f00:1::1",
                "2002:a00:1::1",
                "2002:a9fe:a9fe::",
                "2002:808:808::1",
                "2620:4f:8000::1",
                // unique local, with metadata of AWS and GCP
                "fc00::",
                "fc00::1",
                "fd00::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "fdff:ffff::1",
                // link-local, site-local
                "fe80::",
                "fe80::1",
                "fe80::a9fe:a9fe",
                "febf::1",
                "fec0::",
                "fec0::1",
                "feff::1",
                // multicast
                "ff00::",
                "ff01::1",
                "ff02::1",
                "ff02::fb",
                "ff05::2",
                "ff0e::1",
                "ffff::1",
                // unassigned
                "4000::1",
                "1000::1",
                "8000::1",
                "e000::1"
            })
    void whatIsNotPublicIsRefused(String address) {
        assertThat(GUARD.permits(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.88.100.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.255",
                "198.51.101.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "64:ff9b::101:101",
                "2000::1",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2001:db7::1",
                "2001:db9::1",
                "2003::1",
                "2606:4700:4700::1111",
                "2620:4f:8001::1",
                "2a00:1450:4001:81b::200e",
                "3ffe::1",
                "3fff:1000::1"
            })
    void whatIsPublicIsPermitted(String address) {
        assertThat(GUARD.permits(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/8, 127.0.0.1, true",
        "127.0.0.0/8, ::ffff:127.0.0.1, true",
        "127.0.0.0/8, ::1, false",
        "127.0.0.0/8, 10.0.0.1, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.0.0/16, 64:ff9b::10.1.2.3, true",
        "10.1.0.0/16, 64:ff9b::10.2.2.3, false",
        "10.128.0.0/9, 10.127.255.255, false",
        "10.128.0.0/9, 10.128.0.0, true",
        "10.0.0.4/30, 10.0.0.7, true",
        "10.0.0.4/30, 10.0.0.8, false",
        "10.0.0.4/30, 10.0.0.3, false",
        "0.0.0.0/0, 169.254.169.254, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "::/0, 127.0.0.1, false",
        "::1, ::1, true",
        "fd00::/8, fd12::1, true",
        "fd00::/8, fc12::1, false",
        "fd00:1:2:3::/64, fd00:1:2:3:ffff::1, true",
        "fd00:1:2:3::/64, fd00:1:2:4::1, false",
    })
    void anAllowedNetworkIsAllowedToItsBoundsAndNoFurther(String network, String address, boolean permitted) {
        assertThat(new AddressGuard(List.of("192.168.77.0/24", network)).permits(InetAddress.ofLiteral(address)))
                .isEqualTo(permitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/8x",
                "10.0.0.1/8",
                "10.0.0/8",
                "fd00::1/8",
                "fd00::/129",
                "localhost",
                "*.example.com",
                "10.0.0.0/8/8",
                "example.com/8",
                "300.1.1.1"
            })
    void whatIsNoNetworkIsRefusedAtStart(String network) {
        assertThatThrownBy(() -> new AddressGuard(List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found '" + network + "'");
    }

    @Test
    void noFormThatWrapsAnIpv4AddressIsPermittedWhereTheAddressIsNot() throws UnknownHostException {
        // given: random addresses, in mapped, compatible, NAT64, 6to4 and ISATAP form
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] v4 = new byte[4];
            random.nextBytes(v4);
            if (round % 2 == 0) {
                v4[0] = (byte) new int[] {10, 127, 169, 172, 192, 100, 0, 240}[random.nextInt(8)];
            }
            boolean permitted = GUARD.permits(InetAddress.getByAddress(v4));

            // then
            assertThat(GUARD.permits(wrapped(v4, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255)))
                    .isEqualTo(permitted);
            assertThat(GUARD.permits(wrapped(v4, 12, 0, 0x64, 0xff, 0x9b))).isEqualTo(permitted);
            assertThat(GUARD.permits(wrapped(v4, 12))).isFalse();
            assertThat(GUARD.permits(wrapped(v4, 2, 0x20, 0x02))).isFalse();
            assertThat(GUARD.permits(wrapped(v4, 12, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x5e, 0xfe)))
                    .isFalse();
        }
    }

    private static InetAddress wrapped(byte[] v4, int at, int... prefix) throws UnknownHostException {
        byte[] v6 = new byte[16];
        for (int i = 0; i < prefix.length; i++) {
            v6[i] = (byte) prefix[i];
        }
        System.arraycopy(v4, 0, v6, at, 4);
        return InetAddress.getByAddress(v6);
    }
}

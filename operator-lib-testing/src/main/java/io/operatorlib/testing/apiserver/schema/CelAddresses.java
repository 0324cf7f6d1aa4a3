package io.operatorlib.testing.apiserver.schema;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kubernetes' functions of CEL on URLs and IP addresses. */
final class CelAddresses {
    private CelAddresses() {}

    static void declare(CelFunctions library, CelType ip, CelType url) {
        library.global("isIP", "is_ip", SimpleType.BOOL, a -> isIp((String) a[0]), SimpleType.STRING);
        library.global("isCIDR", "is_cidr", SimpleType.BOOL, a -> Formats.isCidr((String) a[0]), SimpleType.STRING);
        library.global("ip", "string_to_ip", ip, a -> ip((String) a[0]), SimpleType.STRING);
        library.member(
                "family", "ip_family", SimpleType.INT, a -> ((Ip) a[0]).text().contains(":") ? 6L : 4L, ip);
        library.global("isURL", "is_url", SimpleType.BOOL, a -> isUrl((String) a[0]), SimpleType.STRING);
        library.global("url", "string_to_url", url, a -> url((String) a[0]), SimpleType.STRING);
        library.member("getScheme", "url_get_scheme", SimpleType.STRING, a -> text(((URI) a[0]).getScheme()), url);
        library.member("getHost", "url_get_host", SimpleType.STRING, a -> host((URI) a[0]), url);
        library.member("getHostname", "url_get_hostname", SimpleType.STRING, a -> hostname((URI) a[0]), url);
        library.member("getPort", "url_get_port", SimpleType.STRING, a -> port((URI) a[0]), url);
        library.member("getEscapedPath", "url_get_path", SimpleType.STRING, a -> text(((URI) a[0]).getRawPath()), url);
        library.member(
                "getQuery",
                "url_get_query",
                MapType.create(SimpleType.STRING, ListType.create(SimpleType.STRING)),
                a -> query((URI) a[0]),
                url);
    }

    private record Ip(String text) {}

    private static boolean isIp(String text) {
        return Formats.isIpv4(text) || Formats.isIpv6(text);
    }

    private static Ip ip(String text) {
        if (!isIp(text)) {
            throw new IllegalArgumentException(
                    "IP Address " + Go.quote(text) + " parse error during conversion from string");
        }
        return new Ip(text);
    }

    private static boolean isUrl(String text) {
        try {
            url(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static URI url(String text) {
        try {
            var uri = new URI(text);
            if (uri.isAbsolute() || text.startsWith("/")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below, in the server's words
        }
        throw new IllegalArgumentException(
                "URL parse error during conversion from string: parse " + Go.quote(text) + ": invalid URI for request");
    }

    private static String text(@org.jspecify.annotations.Nullable String part) {
        return part == null ? "" : part;
    }

    /** With its port, without the user. */
    private static String host(URI uri) {
        String authority = text(uri.getRawAuthority());
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    private static String hostname(URI uri) {
        String host = text(uri.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String port(URI uri) {
        return uri.getPort() < 0 ? "" : String.valueOf(uri.getPort());
    }

    private static Map<String, List<String>> query(URI uri) {
        Map<String, List<String>> query = new TreeMap<>();
        for (String pair : text(uri.getRawQuery()).split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.computeIfAbsent(decoded(parts[0]), key -> new ArrayList<>())
                        .add(parts.length == 2 ? decoded(parts[1]) : "");
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

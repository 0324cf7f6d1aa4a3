package io.operatorlib.testing.apiserver.schema;

import com.google.re2j.Pattern;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The formats of text that a custom resource's schema may ask for; the server ignores all others. */
final class Formats {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("^(" + OCTET + "\\.){3}" + OCTET + "$");
    private static final Pattern IPV6 = Pattern.compile("^[0-9a-fA-F:]*:[0-9a-fA-F:]*(:" + IPV4_TAIL() + ")?$");
    private static final Map<String, Predicate<String>> BY_NAME = table();

    private Formats() {}

    private static String IPV4_TAIL() {
        return "(" + OCTET + "\\.){3}" + OCTET;
    }

    static boolean known(String format) {
        return !format.isEmpty() && BY_NAME.containsKey(format.replace("-", ""));
    }

    /** Tells whether the text has the format, which is a known one. */
    static boolean matches(String format, String text) {
        Predicate<String> check = BY_NAME.get(format.replace("-", ""));
        return check == null || check.test(text);
    }

    private static Map<String, Predicate<String>> table() {
        Map<String, Predicate<String>> table = new TreeMap<>();
        table.put("bsonobjectid", like("^[0-9a-fA-F]{24}$"));
        table.put("uri", Formats::isUri);
        table.put("email", like("^[^@\\s<>]+@[^@\\s<>]+$"));
        table.put(
                "hostname",
                like("^([\\p{L}0-9](-?[\\p{L}0-9]{0,62})?|"
                        + "([\\p{L}0-9]([-\\p{L}0-9]{0,61}[\\p{L}0-9])?\\.)+[\\p{L}]{2,63})$"));
        table.put("ipv4", Formats::isIpv4);
        table.put("ipv6", Formats::isIpv6);
        table.put("cidr", Formats::isCidr);
        table.put("mac", like("^([0-9a-fA-F]{2}[:-]){5}([0-9a-fA-F]{2}[:-]){0,2}[0-9a-fA-F]{2}$"));
        table.put("uuid", like("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"));
        table.put("uuid3", like("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$"));
        table.put("uuid4", like("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"));
        table.put("uuid5", like("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"));
        table.put("isbn", like("^(97[89][- ]?)?([0-9][- ]?){9}[0-9xX]$"));
        table.put("isbn10", like("^([0-9][- ]?){9}[0-9xX]$"));
        table.put("isbn13", like("^97[89][- ]?([0-9][- ]?){9}[0-9]$"));
        table.put("creditcard", text -> text.replaceAll("[^0-9]", "").matches("[3-6][0-9]{12,18}"));
        table.put("ssn", like("^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}$"));
        table.put("hexcolor", like("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"));
        table.put("rgbcolor", like("^rgb\\(\\s*([0-9]{1,3}\\s*,\\s*){2}[0-9]{1,3}\\s*\\)$"));
        table.put("byte", Formats::isBase64);
        table.put("password", text -> true);
        table.put("date", Formats::isDate);
        table.put(
                "duration",
                like(
                        "^[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)\\s*"
                                + "(ns|us|µs|ms|s|m|h|d|w|nanos?|micros?|millis?|secs?|mins?|hours?|days?|weeks?|"
                                + "(nano|micro|milli)?seconds?|minutes?))(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h))*$"));
        table.put(
                "datetime",
                like("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]"
                        + "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2})$"));
        table.put("k8sshortname", like("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"));
        table.put(
                "k8slongname",
                text -> text.length() <= Names.SUBDOMAIN_LENGTH
                        && text.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"));
        return table;
    }

    private static Predicate<String> like(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return text -> compiled.matcher(text).find();
    }

    private static boolean isUri(String text) {
        return text.startsWith("/") || text.matches("(?s)[a-zA-Z][-+.a-zA-Z0-9]*:[^\\x00-\\x20]*");
    }

    static boolean isIpv4(String text) {
        return IPV4.matches(text);
    }

    static boolean isIpv6(String text) {
        if (!IPV6.matches(text) || text.contains(":::")) {
            return false;
        }
        String plain = text.contains(".") ? text.substring(0, text.lastIndexOf(':') + 1) + "0:0" : text;
        int shortening = plain.indexOf("::");
        if (shortening >= 0 && plain.indexOf("::", shortening + 1) >= 0) {
            return false;
        }
        int groups = 0;
        for (String group : plain.split(":", -1)) {
            if (group.length() > 4) {
                return false;
            }
            groups += group.isEmpty() ? 0 : 1;
        }
        boolean loose = shortening < 0 && (plain.startsWith(":") || plain.endsWith(":"));
        return !loose && (shortening >= 0 ? groups < 8 : groups == 8);
    }

    static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int bits = Integer.parseInt(text.substring(slash + 1));
        return (isIpv4(address) && bits <= 32) || (isIpv6(address) && bits <= 128);
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return !text.isEmpty() && text.length() % 4 == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}

package io.operatorlib.testing.apiserver.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/** Kubernetes' quantities: numbers with a suffix, such as {@code 500m}, {@code 1Gi}, {@code 2e3}. */
final class Quantities {
    private static final Pattern QUANTITY =
            Pattern.compile("([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?");

    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");

    private Quantities() {}

    /** In which suffixes a quantity is written. */
    enum Notation {
        DECIMAL,
        BINARY,
        EXPONENT
    }

    /** A quantity. */
    record Quantity(BigDecimal value, Notation notation) {
        /** The shortest way to write it in its notation; nothing finer than a nano is kept. */
        String canonical() {
            BigDecimal exact = value.setScale(9, RoundingMode.UP);
            return notation == Notation.BINARY && exact.abs().compareTo(BigDecimal.valueOf(1024)) >= 0
                    ? binary(exact)
                    : decimal(exact, notation == Notation.EXPONENT);
        }
    }

    /** The quantity, or empty where the text is none. */
    static Optional<Quantity> parse(String text) {
        Matcher matcher = QUANTITY.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var number = new BigDecimal(matcher.group(1));
        String suffix = matcher.group(2) == null ? "" : matcher.group(2);
        if (suffix.endsWith("i")) {
            BigDecimal unit = BigDecimal.valueOf(1024).pow(BINARY.indexOf(suffix));
            return Optional.of(new Quantity(number.multiply(unit), Notation.BINARY));
        }
        if (DECIMAL.contains(suffix)) {
            int power = 3 * (DECIMAL.indexOf(suffix) - DECIMAL.indexOf(""));
            return Optional.of(new Quantity(number.scaleByPowerOfTen(power), Notation.DECIMAL));
        }
        int power = Integer.parseInt(suffix.substring(1));
        return Optional.of(new Quantity(number.scaleByPowerOfTen(power), Notation.EXPONENT));
    }

    private static String binary(BigDecimal value) {
        BigInteger rest = value.setScale(0, RoundingMode.UP).toBigIntegerExact();
        BigInteger unit = BigInteger.valueOf(1024);
        int suffix = 0;
        while (suffix < BINARY.size() - 1 && rest.mod(unit).signum() == 0) {
            rest = rest.divide(unit);
            suffix++;
        }
        return rest + BINARY.get(suffix);
    }

    private static String decimal(BigDecimal value, boolean exponent) {
        if (value.signum() == 0) {
            return "0";
        }
        int power = -9;
        BigInteger rest = value.scaleByPowerOfTen(9).toBigIntegerExact();
        BigInteger thousand = BigInteger.valueOf(1000);
        while (power < 18 && rest.mod(thousand).signum() == 0) {
            rest = rest.divide(thousand);
            power += 3;
        }
        if (exponent) {
            return power == 0 ? rest.toString() : rest + "e" + power;
        }
        return rest + DECIMAL.get(power / 3 + 3);
    }
}

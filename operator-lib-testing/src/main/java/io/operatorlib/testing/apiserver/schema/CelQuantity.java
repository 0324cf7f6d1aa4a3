package io.operatorlib.testing.apiserver.schema;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A quantity as a value of CEL; equal amounts are equal, however they are written. */
record CelQuantity(BigDecimal value) implements Comparable<CelQuantity> {
    CelQuantity {
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    static CelQuantity of(String text) {
        return new CelQuantity(Quantities.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("quantities must match the regular expression"
                        + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"))
                .value());
    }

    static CelQuantity of(long number) {
        return new CelQuantity(BigDecimal.valueOf(number));
    }

    CelQuantity add(CelQuantity other) {
        return new CelQuantity(value.add(other.value));
    }

    CelQuantity sub(CelQuantity other) {
        return new CelQuantity(value.subtract(other.value));
    }

    boolean isInteger() {
        return value.setScale(0, RoundingMode.DOWN).compareTo(value) == 0;
    }

    @Override
    public int compareTo(CelQuantity other) {
        return value.compareTo(other.value);
    }
}

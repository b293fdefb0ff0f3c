package io.sluice.transform;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A value of a source that is neither object nor array nor null. */
sealed interface Scalar {

    /** How it stands to another of its kind, as {@link Comparable#compareTo}; null when they have no order. */
    @Nullable
    Integer compare(Scalar other);

    /** Characters; in the order of their code points, as UTF-8 has it. */
    record Text(String text) implements Scalar {
        @Override
        public @Nullable Integer compare(Scalar other) {
            return other instanceof Text right ? compareCodePoints(text, right.text) : null;
        }

        private static int compareCodePoints(String left, String right) {
            int common = Math.min(left.length(), right.length());
            for (int i = 0; i < common; i++) {
                if (left.charAt(i) != right.charAt(i)) {
                    return Integer.compare(left.codePointAt(i), right.codePointAt(i));
                }
            }
            return Integer.compare(left.length(), right.length());
        }
    }

    /** A number of any length; 1, 1.0 and 1e0 are one. */
    record Numeric(BigDecimal number) implements Scalar {
        public Numeric {
            number = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }

        @Override
        public @Nullable Integer compare(Scalar other) {
            return other instanceof Numeric right ? number.compareTo(right.number) : null;
        }
    }

    /** True or false. */
    record Truth(boolean truth) implements Scalar {
        @Override
        public @Nullable Integer compare(Scalar other) {
            return null;
        }
    }
}

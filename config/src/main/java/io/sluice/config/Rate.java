package io.sluice.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most that may pass in a second: {@code unlimited}, {@code 5000 docs/s} or {@code 20mb/s}. */
public sealed interface Rate {

    /** No limit. */
    Rate UNLIMITED = new Unlimited();

    /** No limit. */
    record Unlimited() implements Rate {
        @Override
        public String toString() {
            return "unlimited";
        }
    }

    /**
     * A limit on documents.
     *
     * @param perSecond at least 1
     */
    record Documents(long perSecond) implements Rate {
        public Documents {
            requirePositive(perSecond);
        }

        @Override
        public String toString() {
            return perSecond + " docs/s";
        }
    }

    /**
     * A limit on bytes of source.
     *
     * @param perSecond at least 1
     */
    record Bytes(long perSecond) implements Rate {
        public Bytes {
            requirePositive(perSecond);
        }

        @Override
        public String toString() {
            return new ByteSize(perSecond) + "/s";
        }
    }

    /**
     * Reads one of the three forms.
     *
     * @throws IllegalArgumentException when the text is none, or a limit of nothing
     */
    static Rate parse(String text) {
        String form = text.strip();
        if (form.equals("unlimited")) {
            return UNLIMITED;
        }
        Matcher documents = Forms.DOCUMENTS.matcher(form);
        if (documents.matches()) {
            return new Documents(Long.parseLong(documents.group(1)));
        }
        if (form.endsWith("/s")) {
            return new Bytes(
                    ByteSize.parse(form.substring(0, form.length() - 2)).bytes());
        }
        throw new IllegalArgumentException("Not a rate: " + text);
    }

    private static void requirePositive(long perSecond) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("A rate must let something pass: " + perSecond + " per second");
        }
    }

    /** Keeps the pattern out of the interface. */
    final class Forms {
        private static final Pattern DOCUMENTS = Pattern.compile("(\\d{1,18}) ?docs/s");

        private Forms() {}
    }
}

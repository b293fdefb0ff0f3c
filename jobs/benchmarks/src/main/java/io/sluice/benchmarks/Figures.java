package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one run measured, by name, in the order in which it is shown. A value: {@link #with} returns a changed copy. */
final class Figures {

    private static final MathContext FOUR_DIGITS = new MathContext(4);
    private static final double WHOLE_FROM = 10_000;

    private final Map<String, Double> values;

    private Figures(Map<String, Double> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    static Figures none() {
        return new Figures(new LinkedHashMap<>());
    }

    Figures with(String name, double value) {
        Map<String, Double> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Figures(more);
    }

    /** A count: exact as long as it is below 2^53. */
    Figures with(String name, long value) {
        return with(name, (double) value);
    }

    /** All of {@code others}, too, each name behind a prefix. */
    Figures withAll(String prefix, Figures others) {
        Map<String, Double> more = new LinkedHashMap<>(values);
        others.values.forEach((name, value) -> more.put(prefix + name, value));
        return new Figures(more);
    }

    /** Only those of these names, in this order. */
    Figures only(String... names) {
        Map<String, Double> fewer = new LinkedHashMap<>();
        for (String name : names) {
            fewer.put(name, get(name));
        }
        return new Figures(fewer);
    }

    Iterable<String> names() {
        return values.keySet();
    }

    /** @throws IllegalArgumentException when it was not measured */
    double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no figure " + name + " among " + values.keySet());
        }
        return value;
    }

    /** Each figure's median over runs that measured the same. */
    static Figures medianOf(List<Figures> runs) {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : runs.get(0).values.keySet()) {
            double[] sorted =
                    runs.stream().mapToDouble(run -> run.get(name)).sorted().toArray();
            int middle = sorted.length / 2;
            medians.put(name, sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
        }
        return new Figures(medians);
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        values.forEach((name, value) -> json.put(name, rounded(value)));
        return json;
    }

    /** As a person reads it: {@code 1,000,000} or {@code 7.412}. */
    String text(String name) {
        BigDecimal value = rounded(get(name));
        return value.scale() <= 0 ? "%,d".formatted(value.longValueExact()) : value.toPlainString();
    }

    /** Four digits say more than any run can promise. */
    private static BigDecimal rounded(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("a figure that is " + value);
        }
        boolean whole = Math.abs(value) >= WHOLE_FROM || value == Math.rint(value);
        return whole
                ? BigDecimal.valueOf(Math.round(value))
                : BigDecimal.valueOf(value).round(FOUR_DIGITS);
    }
}

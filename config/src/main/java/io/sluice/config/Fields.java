package io.sluice.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.config.YamlNode.Entry;
import io.sluice.config.YamlNode.Mapping;
import io.sluice.config.YamlNode.Nothing;
import io.sluice.config.YamlNode.Scalar;
import io.sluice.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one section while a record asks for them. Whatever is wrong becomes a {@link Problem} and a stand-in
 * value, so that one reading finds everything; whatever was not asked for is unknown.
 */
final class Fields {

    private final Reading reading;
    private final String path;
    private final Mapping mapping;
    private final Set<String> asked = new LinkedHashSet<>();

    Fields(Reading reading, String path, Mapping mapping) {
        this.reading = reading;
        this.path = path;
        this.mapping = mapping;
    }

    boolean has(String key) {
        Entry entry = mapping.entries().get(key);
        return entry != null && !(entry.value() instanceof Nothing);
    }

    Reading reading() {
        return reading;
    }

    /** Says what is wrong with a key, or with the section when the key is empty. */
    void problem(String key, String message) {
        Entry entry = mapping.entries().get(key);
        reading.problem(key.isEmpty() ? path : below(key), entry == null ? mapping.line() : entry.line(), message);
    }

    <T> T value(String key, ValueType<T> type, T byDefault) {
        return value(key, type, byDefault, String.valueOf(byDefault));
    }

    /** A value whose default is not written as its {@code toString}. */
    <T> T value(String key, ValueType<T> type, T byDefault, String written) {
        ask(key, type, written);
        YamlNode node = node(key);
        return node == null ? byDefault : parsed(below(key), node, type);
    }

    <T> @Nullable T optional(String key, ValueType<T> type) {
        ask(key, type, "");
        YamlNode node = node(key);
        return node == null ? null : parsed(below(key), node, type);
    }

    /** Something whose form this module does not know, as JSON. */
    @Nullable
    JsonNode json(String key, String type) {
        asked.add(key);
        reading.asked(new Key(below(key), type, "", List.of()));
        YamlNode node = node(key);
        return node == null ? null : new JsonForm(reading).of(below(key), node);
    }

    /** The line of a key that is there. */
    int line(String key) {
        Entry entry = mapping.entries().get(key);
        return entry == null ? mapping.line() : entry.line();
    }

    <T> T required(String key, ValueType<T> type) {
        return required(key, type, Key.REQUIRED);
    }

    /** The value of a {@link Way} that was taken: others would do as well, so nothing requires it. */
    <T> T taken(String key, ValueType<T> type) {
        return required(key, type, "");
    }

    private <T> T required(String key, ValueType<T> type, String written) {
        ask(key, type, written);
        YamlNode node = node(key);
        if (node == null) {
            missing(key, type.name());
            return type.placeholder();
        }
        return parsed(below(key), node, type);
    }

    /** A section that is read even when it is not there: then everything in it has its default. */
    <T> T section(String key, Function<Fields, T> reader) {
        asked.add(key);
        YamlNode node = node(key);
        return node == null
                ? read(below(key), new Mapping(mapping.line(), Map.of()), reader)
                : sectionAt(below(key), node, reader);
    }

    <T> @Nullable T optionalSection(String key, Function<Fields, T> reader) {
        asked.add(key);
        boolean there = mapping.entries().containsKey(key) || reading.isDescribing();
        return there ? section(key, reader) : null;
    }

    <T> T requiredSection(String key, Function<Fields, T> reader) {
        if (!has(key)) {
            missing(key, "a section");
        }
        return section(key, reader);
    }

    /** A list of single values. One value alone stands for a list of one. */
    <T> List<T> list(String key, ValueType<T> type, List<T> byDefault) {
        asked.add(key);
        reading.asked(new Key(below(key), "list of " + type.shortName(), written(byDefault), List.of()));
        YamlNode node = node(key);
        return node == null ? byDefault : items(key, node, type);
    }

    private <T> List<T> items(String key, YamlNode node, ValueType<T> type) {
        List<YamlNode> items = node instanceof Sequence sequence ? sequence.items() : List.of(node);
        List<T> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            values.add(parsed(below(key) + "[" + i + "]", items.get(i), type));
        }
        return values;
    }

    <T> List<T> requiredList(String key, ValueType<T> type) {
        asked.add(key);
        reading.asked(new Key(below(key), "list of " + type.shortName(), Key.REQUIRED, List.of()));
        YamlNode node = node(key);
        if (node == null
                || (node instanceof Sequence sequence && sequence.items().isEmpty())) {
            missing(key, "at least " + type.name());
            return List.of();
        }
        return items(key, node, type);
    }

    <T> List<T> sections(String key, Function<Fields, T> reader) {
        asked.add(key);
        if (reading.isDescribing()) {
            return List.of(read(below(key) + "[]", mapping, reader));
        }
        YamlNode node = node(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof Sequence sequence)) {
            reading.problem(below(key), node.line(), "expected a list but found " + kind(node) + ".");
            return List.of();
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            values.add(sectionAt(below(key) + "[" + i + "]", sequence.items().get(i), reader));
        }
        return values;
    }

    /** Names of the user's own choice, each with a value. */
    <T> Map<String, T> map(String key, String names, ValueType<T> type) {
        asked.add(key);
        reading.asked(new Key(below(key) + ".<" + names + ">", type.shortName(), "", type.words()));
        Map<String, T> values = new LinkedHashMap<>();
        YamlNode node = node(key);
        if (node instanceof Mapping entries) {
            entries.entries()
                    .forEach((name, entry) -> values.put(name, parsed(below(key) + "." + name, entry.value(), type)));
        } else if (node != null) {
            reading.problem(below(key), node.line(), "expected a mapping but found " + kind(node) + ".");
        }
        return values;
    }

    /** One word for all, or a map from patterns to words. */
    <T> Map<String, T> wordOrMap(String key, String names, ValueType<T> type, T byDefault, String written) {
        ask(key, type, written);
        YamlNode node = node(key);
        if (node instanceof Mapping || reading.isDescribing()) {
            return map(key, names, type);
        }
        return Map.of("*", node == null ? byDefault : parsed(below(key), node, type));
    }

    /** Exactly one of several ways to say it; a way is a word that stands alone, or a key with something under it. */
    <T> T oneOf(String key, T standIn, boolean required, List<Way<T>> ways) {
        asked.add(key);
        List<String> names = ways.stream().map(Way::name).toList();
        String choice = "one of " + String.join(", ", names);
        reading.asked(new Key(below(key), choice, required ? Key.REQUIRED : names.get(0), List.of()));
        YamlNode node = node(key);
        if (reading.isDescribing()) {
            ways.forEach(way -> way.read(new Fields(reading, below(key), mapping)));
        } else if (node == null && required) {
            missing(key, choice);
        } else if (node instanceof Mapping section) {
            return chosen(new Fields(reading, below(key), section), standIn, ways, choice);
        } else if (node instanceof Scalar scalar) {
            return word(below(key), scalar, standIn, ways, choice);
        } else if (node != null) {
            reading.problem(below(key), node.line(), "expected " + choice + " but found " + kind(node) + ".");
        }
        return standIn;
    }

    private static <T> T chosen(Fields section, T standIn, List<Way<T>> ways, String choice) {
        List<Way<T>> written = ways.stream()
                .filter(way -> section.mapping.entries().containsKey(way.name()))
                .toList();
        if (written.size() > 1) {
            String both = written.stream().map(Way::name).collect(Collectors.joining(" and "));
            section.problem("", both + " exclude each other. Keep one.");
        }
        if (section.mapping.entries().isEmpty()) {
            section.problem("", "expected " + choice + " but found nothing.");
        }
        T value = standIn;
        for (Way<T> way : written) {
            value = way.read(section);
        }
        ways.forEach(way -> section.asked.add(way.name()));
        section.refuseUnknown();
        return value;
    }

    private <T> T word(String at, Scalar scalar, T standIn, List<Way<T>> ways, String choice) {
        for (Way<T> way : ways) {
            if (way.standsAlone() && way.name().equals(scalar.text())) {
                return way.read(this);
            }
        }
        List<String> names = ways.stream().map(Way::name).toList();
        reading.problem(
                at,
                scalar.line(),
                "expected " + choice + " but found a single value." + NearMiss.hint(scalar.text(), names));
        return standIn;
    }

    /** A key that later versions will know more of: so far only its default may stand there. */
    void reserved(String key, String type, String written, String reason) {
        asked.add(key);
        reading.asked(new Key(below(key), type, written, List.of()));
        YamlNode node = node(key);
        boolean empty = node instanceof Sequence sequence && sequence.items().isEmpty();
        if (node != null && !empty) {
            problem(key, reason);
        }
    }

    /** Ends the section: every key that nobody asked for is a problem. */
    void refuseUnknown() {
        mapping.entries().forEach((key, entry) -> {
            if (!asked.contains(key)) {
                reading.problem(below(key), entry.line(), "unknown key." + unknownHint(key));
            }
        });
    }

    private String unknownHint(String key) {
        String near = NearMiss.hint(key, asked);
        String elsewhere = near.isEmpty() ? elsewhere(key) : "";
        return near + elsewhere + " Allowed here: " + String.join(", ", asked) + ".";
    }

    private static String elsewhere(String key) {
        List<String> homes = MigrationConfig.keys().stream()
                .map(Key::path)
                .filter(known -> known.endsWith("." + key))
                .limit(4)
                .toList();
        return homes.isEmpty() ? "" : " Did you mean " + String.join(" or ", homes) + "?";
    }

    private void ask(String key, ValueType<?> type, String written) {
        asked.add(key);
        reading.asked(new Key(below(key), type.shortName(), written, type.words()));
    }

    private @Nullable YamlNode node(String key) {
        Entry entry = mapping.entries().get(key);
        return entry == null || entry.value() instanceof Nothing ? null : entry.value();
    }

    private void missing(String key, String expected) {
        reading.problem(below(key), mapping.line(), "is missing; expected " + expected + ".");
    }

    private <T> T sectionAt(String at, YamlNode node, Function<Fields, T> reader) {
        if (node instanceof Mapping section) {
            return read(at, section, reader);
        }
        reading.problem(at, node.line(), "expected a section of keys and values but found " + kind(node) + ".");
        return new Fields(reading, at, new Mapping(node.line(), Map.of())).readQuietly(reader);
    }

    private <T> T read(String at, Mapping section, Function<Fields, T> reader) {
        Fields fields = new Fields(reading, at, section);
        T value = reader.apply(fields);
        fields.refuseUnknown();
        return value;
    }

    /** Reads a stand-in of which nothing may be said: what is wrong with it was said already. */
    private <T> T readQuietly(Function<Fields, T> reader) {
        int known = reading.problems().size();
        T value = reader.apply(this);
        reading.problems().subList(known, reading.problems().size()).clear();
        return value;
    }

    private <T> T parsed(String at, YamlNode node, ValueType<T> type) {
        if (!(node instanceof Scalar scalar)) {
            reading.problem(at, node.line(), "expected " + type.name() + " but found " + kind(node) + ".");
            return type.placeholder();
        }
        try {
            return type.parser().apply(reading.substituted(scalar.text()));
        } catch (Reading.UnresolvedException unresolved) {
            reading.problem(at, scalar.line(), unresolved.reason());
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            reading.problem(
                    at,
                    scalar.line(),
                    "expected " + type.name() + " but found " + found(scalar, type) + hint(scalar, type));
        }
        return type.placeholder();
    }

    /** The text as written, so what a placeholder stands for is not told. */
    private static String found(Scalar scalar, ValueType<?> type) {
        boolean telling = !type.equals(ValueType.SECRET) && !type.equals(Addresses.HTTP);
        return telling ? "\"" + scalar.text() + "\"." : "something else.";
    }

    private static String hint(Scalar scalar, ValueType<?> type) {
        return NearMiss.hint(scalar.text(), type.words());
    }

    private static String kind(YamlNode node) {
        return node instanceof Scalar ? "a single value" : node.kind();
    }

    private static String written(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }

    private String below(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}

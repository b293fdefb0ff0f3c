package io.sluice.config;

/**
 * How settings, mappings and the like are carried.
 *
 * @param types what becomes of an index with several mapping types
 */
public record MetadataConfig(Types types) {

    /** What becomes of an index with several mapping types. */
    public enum Types {
        /** One index with the fields of all; refused when two types disagree about a field. */
        UNION,
        /** One index for each type. */
        SPLIT,
        /** Such an index is refused. */
        FAIL
    }

    static MetadataConfig read(Fields in) {
        in.reserved("transforms", "nothing yet", "[]", "no transform is known yet. Leave the list empty.");
        return new MetadataConfig(in.value("types", ValueType.choice(Types.values(), '_'), Types.UNION, "union"));
    }
}

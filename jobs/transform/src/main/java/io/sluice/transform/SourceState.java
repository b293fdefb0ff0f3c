package io.sluice.transform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** How much of a document's source an index stores, by its mapping and settings. */
public enum SourceState {
    /** All of it. */
    WHOLE,
    /** What {@code _source.includes} and {@code _source.excludes} leave of it. */
    FILTERED,
    /** None: {@code _source.enabled} is false, or its mode is {@code disabled}. */
    DISABLED,
    /** None: Elasticsearch 8.4 and later make one from other fields when they are asked. */
    SYNTHETIC,
    /** None: OpenSearch 3 and later do the same. */
    DERIVED;

    /** Index modes of which a synthetic source is a part, unless a setting says otherwise. */
    private static final Set<String> SYNTHETIC_MODES = Set.of("logsdb", "time_series");

    private static final int FIRST_WITH_SYNTHETIC_MODES = 8_070_099;

    /**
     * Looks it up.
     *
     * @param mappings without a type around them
     * @param settings flat, with full keys
     */
    public static SourceState of(JsonNode mappings, JsonNode settings) {
        JsonNode source = mappings.path("_source");
        String mode = settings.path("index.mapping.source.mode")
                .asText(source.path("mode").asText(""));
        if (!source.path("enabled").asBoolean(true) || mode.equalsIgnoreCase("disabled")) {
            return DISABLED;
        }
        if (mode.equalsIgnoreCase("synthetic") || (mode.isEmpty() && isSyntheticByItsMode(settings))) {
            return SYNTHETIC;
        }
        if (settings.path("index.derived_source.enabled").asBoolean(false)) {
            return DERIVED;
        }
        return SourceFilter.of(mappings).keepsAll() ? WHOLE : FILTERED;
    }

    /** Of time series this is so since 8.7; before, their source was stored. */
    private static boolean isSyntheticByItsMode(JsonNode settings) {
        return SYNTHETIC_MODES.contains(settings.path("index.mode").asText(""))
                && settings.path("index.version.created").asInt(0) >= FIRST_WITH_SYNTHETIC_MODES;
    }
}

package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a server answered to {@link Servers#call}. */
public record Answer(int status, String body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether the status is one of the 200s. */
    public boolean isOk() {
        return status >= 200 && status < 300;
    }

    /**
     * The body, read as JSON.
     *
     * @throws IllegalStateException when it is something else
     */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw new IllegalStateException("Expected JSON but the server answered " + status + ": " + body, notJson);
        }
    }
}

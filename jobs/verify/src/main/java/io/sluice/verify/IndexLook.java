package io.sluice.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Looks whether indices of a side are those that were compared. Blocks. */
final class IndexLook {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Side side;
    private final RawHttp http;
    private final Incarnations compared;

    IndexLook(Side side, RawHttp http, Incarnations compared) {
        this.side = side;
        this.http = http;
        this.compared = compared;
    }

    /**
     * Whether there is an index of exactly this name, and it is the one that was compared; an alias is none.
     *
     * @throws IOException when that cannot be told now
     */
    boolean isSame(String index) throws IOException, InterruptedException {
        String path = "/" + ShardPages.encoded(index) + "/_settings?filter_path=*.settings.index.uuid";
        RawResponse answer = ask(path);
        if (answer.status() == NOT_FOUND) {
            return false;
        }
        if (answer.status() / 100 != 2) {
            throw new IOException("%s was asked for the settings of %s and answered %d %s"
                    .formatted(side, index, answer.status(), BulkAnswer.reasonOf(answer)));
        }
        String uuid = JSON.readTree(answer.body())
                .path(index)
                .at("/settings/index/uuid")
                .asText();
        return !uuid.isEmpty() && uuid.equals(compared.indices().getOrDefault(index, uuid));
    }

    private RawResponse ask(String path) throws IOException, InterruptedException {
        try {
            return http.send(new RawRequest("GET", path, "", List.of(), TIMEOUT))
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("%s cannot be reached: %s".formatted(side, e.getCause()), e.getCause());
        }
    }
}

package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.snapshot.RepositoryLocation;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ids under several routings, in a snapshot of a real Elasticsearch 7.10.2. */
class ShardCountIT {

    private final URI source = SharedServers.es7().endpoint();
    private final Path repository =
            SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve("shard-count");

    @BeforeEach
    void takeASnapshot() throws IOException {
        for (String index : new String[] {"shared-ids", "own-ids"}) {
            Servers.succeed(source, "PUT", "/" + index, "{\"settings\":{\"number_of_shards\":3}}");
            for (int id = 0; id < 50; id++) {
                Servers.succeed(source, "PUT", "/%s/_doc/%d?routing=r%d".formatted(index, id, id % 7), "{}");
            }
        }
        // One that was deleted does not count; one under another routing is another document.
        Servers.succeed(source, "PUT", "/own-ids/_doc/7?routing=r6", "{}");
        Servers.succeed(source, "DELETE", "/own-ids/_doc/7?routing=r6", "");
        Servers.succeed(source, "PUT", "/shared-ids/_doc/7?routing=r6", "{}");
        Servers.succeed(source, "POST", "/_flush", "");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/shard-count",
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/shard-count/one?wait_for_completion=true",
                "{\"indices\":\"shared-ids,own-ids\",\"include_global_state\":false}");
    }

    @AfterEach
    void leaveTheSourceAsItWas() throws IOException {
        Servers.succeed(source, "DELETE", "/shared-ids,own-ids", "");
        Servers.succeed(source, "DELETE", "/_snapshot/shard-count/one", "");
        Servers.succeed(source, "DELETE", "/_snapshot/shard-count", "");
    }

    @Test
    void anotherNumberOfShardsIsRefusedForTheIndexInWhichAnIdHasSeveralRoutings() throws IOException {
        RepositoryLocation location = new RepositoryLocation.FileSystem(repository.toString());
        BackfillPlan plan = BackfillPlan.of(location, "one", BackfillOptions.DEFAULT);

        assertThat(plan.againstShards(location, "shared-ids", 2))
                .contains("index shared-ids must keep its 3 shards and not get 2")
                .contains("1 such ids, as {7=[")
                .contains("routing r6")
                .contains("routing r0");
        assertThat(plan.againstShards(location, "shared-ids", 3)).isEmpty();
        assertThat(plan.againstShards(location, "own-ids", 2)).isEmpty();
    }
}

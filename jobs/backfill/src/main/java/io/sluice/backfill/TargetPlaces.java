package io.sluice.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.IdScope;

/**
 * Which documents of a shard are one on the target: those of one id, and of one type where types are kept apart, that lie on one
 * shard there. As a rule what is on one shard of the source is; the hash is only asked where it may not be.
 */
final class TargetPlaces implements IdScope {

    private final IndexPlan index;
    private final boolean hashes;

    private TargetPlaces(IndexPlan index, boolean hashes) {
        this.index = index;
        this.hashes = hashes;
    }

    static IdScope of(IndexPlan index) {
        BaseIndex base = index.base();
        boolean hashes = index.layout().shards() != index.shards() || (base != null && base.mixesShards());
        return hashes || index.types().keepApart() ? new TargetPlaces(index, hashes) : IdScope.SHARD;
    }

    @Override
    public String of(DocumentCursor document) {
        String type = index.types().keepApart() ? String.valueOf(document.type()) : "";
        if (!hashes) {
            return type;
        }
        String id = index.types().id(document.type(), new String(document.idBytes(), 0, document.idLength(), UTF_8));
        String routing = document.routingLength() < 0
                ? null
                : new String(document.routingBytes(), 0, document.routingLength(), UTF_8);
        return type + " " + index.layout().shard(index.layout().spread(id, routing));
    }
}

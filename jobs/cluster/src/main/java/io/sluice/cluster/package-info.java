/**
 * A cluster as a client sees it: where it is, who we are to it, what version it runs, and two roads
 * into it.
 *
 * <pre>
 *   {@link ClusterAddress} ─┬▶ {@link Cluster}  control calls: versions, indices, settings (opensearch-java)
 *                           └▶ {@link RawHttp}  the data path: bulk bodies as bytes, asynchronous
 *                                  {@link BulkBody} goes in, {@link BulkAnswer} comes out
 * </pre>
 *
 * <p><b>Promise:</b> every request of either road carries the same credentials and the same TLS
 * settings, and no secret is ever part of a message.
 *
 * <p><b>Threads:</b> clients may be shared; a {@link BulkBody} belongs to whoever fills it until it is
 * sent, and to nobody until the answer is there.
 *
 * <p>Start reading at {@link RawHttp}.
 */
@NullMarked
package io.sluice.cluster;

import org.jspecify.annotations.NullMarked;

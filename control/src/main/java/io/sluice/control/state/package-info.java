/**
 * What a migration keeps between commands, and how a command and a running job talk.
 *
 * <pre>
 *   &lt;state&gt;/&lt;migration&gt;/control/&lt;job&gt;.json      what a command wants of a job
 *                     /status/&lt;job&gt;.json       what the job says of itself
 *                     /run/&lt;job&gt;.json          where an embedded job can be reached; only while it runs
 *                     /checkpoints/&lt;job&gt;/…     Flink's
 *                     /savepoints/&lt;job&gt;/…      Flink's
 *                     /failures/&lt;job&gt;/…        the job's
 *   &lt;state&gt;/logs/sluice.log                  the command's
 * </pre>
 *
 * <p><b>Promise:</b> a file here is whole or not there: it is written beside its place, synchronised, and renamed.
 * Numbers of a file only grow.
 *
 * <p><b>Threads:</b> any thread, any process of this host. Writers of one file are serialized by a lock beside it.
 *
 * <p>Start reading at {@link io.sluice.control.state.StateDirectory}.
 */
@NullMarked
package io.sluice.control.state;

import org.jspecify.annotations.NullMarked;

/** Backup: what is wished of snapshots of an etcd cluster, and of a cluster made from one. Nobody acts on it yet. */
@NullMarked
package io.operatorlib.etcd.backup;

import org.jspecify.annotations.NullMarked;

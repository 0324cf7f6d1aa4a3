/** Legacy: the resources of CoreOS's archived etcd operator, in each of their shapes, and what becomes of them. */
@NullMarked
package io.operatorlib.etcd.legacy;

import org.jspecify.annotations.NullMarked;

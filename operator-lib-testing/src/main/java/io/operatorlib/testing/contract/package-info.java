/**
 * A contract: what must hold for everyone who claims to be something. For the Kubernetes API it is what a real server
 * answered, word for word ({@link io.operatorlib.testing.contract.KubeApiContract}); for the conversion of a versioned
 * resource it is a few laws, put to random objects ({@link io.operatorlib.testing.contract.ConversionContract}).
 */
@NullMarked
package io.operatorlib.testing.contract;

import org.jspecify.annotations.NullMarked;

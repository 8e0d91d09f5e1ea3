"""TensorFlow lives here: the network, its weights, precision, features, prediction."""

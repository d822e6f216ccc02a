"""LSTM family: word vectors under a recurrent or convolutional network, in Keras on TensorFlow."""

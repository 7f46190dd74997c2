import Models
import Tensors
import Testing

@testable import Training

"""Lines of program that count, measure and compare; and those that are refused, with words of the error."""

SAME = """
L.histc(T([1.,2.,2.,5.],g=False),4)
L.histc(T([2.,2.],g=False),4)
L.histc(T([1.,nan,5.],g=False),4,0,10)
L.histc(T([],g=False),4)
L.histc(T(np.arange(100)/10,f4,False),10)
L.histc(T(np.arange(100)/10,f4,False),10,0,9)
L.histogram(T([1.,2.,2.,5.],g=False),4)
L.histogram(T([1.,2.,2.,5.],g=False),T([1.,2.,5.],g=False))
L.histogram(T([1.,2.,2.,5.],g=False),4,range=(0.,4.),density=True)
L.histogram(T([2.,2.],g=False),2)
L.histogram(T([2.,3.],g=False),2,weight=T([1.,5],g=False),density=True)
L.histogram(T([2.,3.],g=False),2,weight=T([1.,5],g=False))
L.histogram(T(np.arange(100)/10,f4,False),10)
L.bincount(T([1,3],'int64'))
L.bincount(T([1,3],'int64'),T([.5,1.],g=False),6)
L.bincount(T([1,3],'int64'),T([.5,1.],f4,g=False),6)
L.bincount(T([1,1],'int64'),T([2,3],'int64'))
L.bincount(T([],'int64'))
L.bincount(T([],'int64'),minlength=3)
L.nonzero(T(3,'int64'))
L.nonzero(T(0,'int64'))
L.nonzero(T(3,'int64'),as_tuple=True)
L.argwhere(T(3,'int64'))
L.nonzero(T(np.zeros((0,2))))
L.nonzero(T([[1.,0],[nan,2]]))
L.nonzero(T([[1.,0],[nan,2]]),as_tuple=True)
L.diff(T([True,False],'bool'))
L.diff(T([1,3],'int64'),5)
L.diff(T([1,3],'int64'),0)
L.diff(T([1,3],'uint8'))
L.diff(T([3,1],'uint8'))
L.diff(T([1.,3,7]),1,0,T([0.]),T([5.,6]))
L.diff(T([[1.,3,7],[0,1,0]]),2,0)
L.diff(T([[1.,3,7],[0,1,0]]),2,1)
L.trapezoid(T([1,2],'int64'))
L.trapezoid(T([1.]))
L.cumulative_trapezoid(T([1.]))
L.trapezoid(T([1,2,4],'int64'),dx=2)
L.trapezoid(T([1,2,4],'int64'),dx=0.5)
L.cumulative_trapezoid(T([1,2,4],'int64'))
L.trapezoid(T([[1.,2,4],[0,0,1]]),T([0.,1,5]))
L.trapezoid(T([[1.,2,4],[0,0,1]]),T([0.,1]),dim=0)
L.trapezoid(T([[1.,2,4],[0,0,1]]),T([[0.],[1]]),dim=0)
L.trapezoid(T([[1.,2,4],[0,0,1]]),T([[0.,1,3]]),dim=1)
L.trapz(T([1.,2,4]),T([0.,1,2]))
L.trapz(T([1.,2,4]),dx=3)
L.cumulative_trapezoid(T([[1.,2,4],[0,0,1]]),T([0.,1,5]))
L.cumulative_trapezoid(T([[1.,2,4],[0,0,1]]),dx=0.5,dim=0)
L.cov(T(3.))
L.cov(T([1.,2.,4.]))
L.cov(T([1,2,4],'int64'))
L.cov(T([[1.,2,4]]))
L.cov(T(np.zeros((2,0))))
L.cov(T([[1.,2],[3,5]]),correction=2)
L.cov(T([[1.,2],[3,5]]),correction=5)
L.cov(T([[1.,2,3],[3,5,4]]),correction=0,fweights=T([1,2,3],'int64'))
L.cov(T([[1.,2,3],[3,5,4]]),fweights=T([1,2,3],'int64'),aweights=T([.1,.3,.5],g=False))
L.cov(T([[1.,2,3],[3,5,4]]),aweights=T([.1,.3,.5],g=False))
L.cov(T([[1.,2+1j,3j],[3,5,4j]],'complex128'))
L.corrcoef(T([1.,2.]))
L.corrcoef(T([[1.,2+1j,3j],[3,5,4j]],'complex128'))
L.corrcoef(T([[1.,2,4],[1.,1.5,7],[0,1,-1]]))
L.nansum(T([1,2],'int64'))
L.nansum(T([True,True],'bool'))
L.nansum(T([nan,1.,2]))
L.nansum(T([nan,1.,2]),0,True,dtype=L.float32)
L.nanmean(T([[nan,1],[2,3]]),0)
L.nanmean(T([[nan,1],[2,3]]),0,dtype=L.float32)
L.dist(T([1.,2]),T([1.,3]))
L.dist(T([1.,2]),T([1.,2]))
L.dist(T([1.,2]),T([[1.,3],[5,6]]),inf)
L.dist(T([1.,2]),T([[1.,3],[5,6]]),3)
L.renorm(T([[3.,4.],[.1,.1]]),2,0,1.)
L.renorm(T([[3.,4.],[.1,.1]]),1,1,1.)
L.renorm(T([[0.,0.],[.1,.1]]),1,0,1.)
L.renorm(T([[3.,4j]],'complex128'),2,0,1.)
L.bucketize(T([2,nan],g=False),T([1.,2.],g=False))
L.bucketize(2,T([1,2],'int64'))
L.bucketize(2.5,T([1,2,3],'int64'))
L.unique(T([2.,1.,nan,nan,2.],g=False),return_inverse=True,return_counts=True)
L.unique(T([[2,1],[2,1],[0,5]],'int64'),dim=0,return_inverse=True,return_counts=True)
L.unique(T([[2,1],[2,1],[0,5]],'int64'),dim=1,return_inverse=True,return_counts=True)
L.unique(T([[2,1],[2,1]],'int64'),return_inverse=True)
L.unique(T(3.,g=False))
L.unique(T([],g=False))
L.unique(T(np.zeros((0,2)),g=False),dim=0)
L.unique(T(np.zeros((2,0)),g=False),return_inverse=True)
L.unique_consecutive(T([1,1,2,1],'int64'),return_inverse=True,return_counts=True)
L.unique_consecutive(T([[1,1],[1,2]],'int64'),return_inverse=True)
L.unique_consecutive(T([[1,1],[1,1],[2,3]],'int64'),dim=0,return_counts=True,return_inverse=True)
L.unique_consecutive(T([],g=False),return_inverse=True,return_counts=True)
L.unique_consecutive(T(3.,g=False),return_inverse=True,return_counts=True)
L.unique(T(3.,g=False),return_inverse=True,return_counts=True)
L.unique(T([True,False,True],'bool'))
L.count_nonzero(T([[1.,0],[nan,2]]))
L.count_nonzero(T([[1.,0],[nan,2]]),(0,1))
L.count_nonzero(T([[1.,0],[nan,2]]),0)
L.count_nonzero(T([[1.,0],[nan,2]]),())
L.var(T([1+1j,2,3j],'complex128'))
L.var_mean(T([1+1j,2,3j],'complex128'))
L.std(T([1+1j,2,3j],'complex128'))
L.std_mean(T([[1.,2,4],[3,7,4]]),1,keepdim=True)
L.std_mean(T([[1.,2,4],[3,7,4]]),False)
L.var_mean(T([[1.,2,4],[3,7,4]]),(0,1),correction=2)
L.var(T([1.,1]))
L.std(T([1.,1]))
L.std(T([1.]))
L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]))
L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),1)
L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),0)
L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),1.5)
L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),.5)
L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),2,'use_mm_for_euclid_dist')
L.cdist(T(np.arange(60.).reshape(30,2)),T(np.arange(60.).reshape(30,2)[::-1]**1.1))
L.cdist(T(np.zeros((2,0))),T(np.zeros((4,0))))
L.cdist(T(np.zeros((0,2))),T(np.zeros((4,2))))
L.cdist(T(np.zeros((30,2))),T(np.zeros((0,2))))
L.cdist(T(np.zeros((2,3,2))),T(np.ones((4,2))))
L.pdist(T([[1.,2],[3,4],[1,2]]))
L.pdist(T([[1.,2],[3,4],[1,2]]),1)
L.pdist(T([[1.,2],[3,4.5],[1,2]]),inf)
L.pdist(T(np.zeros((1,3))))
L.pdist(T(np.zeros((3,0))))
L.nn.functional.pdist(T([[1.,2],[3,4.5],[1,2]]),3)
L.gradient(T([1,2,4],'int64'))
L.gradient(T([1.,2,4,8]),spacing=2.)
L.gradient(T([1.,2,4,8]),spacing=(T([0.,1,3,7]),))
L.gradient(T([1.,2,4,8]),spacing=(T([0.,1,3,7]),),edge_order=2)
L.gradient(T([[1.,2,4,8],[0,0,1,1],[0,1,2,0]]),spacing=[2,.5],edge_order=2)
L.gradient(T([[1.,2,4,8],[0,0,1,1],[0,1,2,0]]),dim=1)
L.gradient(T([[1.,2,4,8],[0,0,1,1],[0,1,2,0]]),dim=(1,0),spacing=[2,1])
L.gradient(T(1.))
L.gradient(T([1.,4.]))
L.gradient(T([1.,4j,5],'complex128'))
L.logsumexp(T([1j,2],'complex128'),0)
L.mean(T([1j,2],'complex128'))
L.argmax(T([nan,2,nan]))
"""

REFUSED = {
    "L.histc(T([nan,2.],g=False),4)": "expected finite bounds, min <= max, got nan and nan",
    "L.histc(T([1,2],'int64'),4)": "expected floating-point numbers, got int64; use t.float()",
    "L.histc(T([1.,2],g=False),4,3,1)": "expected finite bounds, min <= max, got 3.0 and 1.0",
    "L.histc(T([1.,2],g=False),0)": "the number of bins must be positive, got 0",
    "L.bincount(T([-1],'int64'))": "expected a vector of integers >= 0, got int64 of shape (1,), with -1",
    "L.bincount(T([1.]))": "expected a vector of integers >= 0, got float64 of shape (1,)",
    "L.diff(T(3.))": "expected at least one dimension, got a 0-d tensor",
    "L.diff(T([1.]),-1)": "n must be 0 or more, got -1",
    "L.trapezoid(T(3.))": "expected at least one dimension, got a 0-d tensor",
    "L.trapezoid(T([True,True],'bool'))": "expected numbers, got booleans as y; use y.float()",
    "L.trapezoid(T([1.,2,4]),T([0.,1]))": "expected one x for each of the 3 elements of dim -1, got 2",
    "L.trapezoid(T([1.,2,4]),T([0.,1,2]),dx=2)": "expected x or dx, got both",
    "L.cov(T([[1.,2,3],[3,5,4]]),aweights=T([.1,.3,.5,3],g=False))": "aweights must be 3 floating-point numbers, got float64 of shape (4,)",
    "L.cov(T([[1.,2,3],[3,5,4]]),fweights=T([.1,.3,.5],g=False))": "fweights must be 3 integers, got float64 of shape (3,)",
    "L.cov(T([[1.,2,3],[3,5,4]]),aweights=T([.1,-.3,.5],g=False))": "aweights must not be negative",
    "L.cov(T(np.zeros((2,2,2))))": "expected a matrix or a vector, got shape (2, 2, 2)",
    "L.nanmean(T([1,2],'int64'))": "expected floating-point numbers, got int64; use t.float() or dtype=float32",
    "L.dist(T([1,2],'int64'),T([1,3],'int64'))": "expected floating-point numbers, got int64; use t.float()",
    "L.renorm(T([3.,4.]),2,0,1.)": "expected at least two dimensions, got shape (2,)",
    "L.renorm(T([[3.,4.]]),-1,0,1.)": "expected p > 0 and maxnorm >= 0, got p=-1 and maxnorm=1.0",
    "L.bucketize(T([2,nan],g=False),T([[1.,2.]],g=False))": "expected a vector of boundaries, got shape (1, 2)",
    "L.unique(T(np.zeros((2,0)),g=False),dim=0)": "slices of shape (0,) along dim 0 have no elements to compare",
    "L.var_mean(T([1,4],'int64'))": "expected floating-point numbers, got int64; use t.float()",
    "L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),2,'x')": "compute_mode must be one of use_mm_for_euclid_dist_if_necessary, use_mm_for_euclid_dist, donot_use_mm_for_euclid_dist; got 'x'",
    "L.cdist(T([[1.,2],[3,4]]),T([[1.,2],[0,0],[3,4]]),-1)": "p must be 0 or more, got -1",
    "L.cdist(T(np.zeros(2)),T(np.ones((4,2))))": "expected shapes (..., P, M) and (..., R, M), got (2,) and (4, 2)",
    "L.pdist(T(np.zeros(3)))": "expected a matrix, got shape (3,)",
    "L.gradient(T([[1.,2,4,8],[0,0,1,1],[0,1,2,0]]),dim=(1,0),spacing=[2])": "expected one spacing for each of 2 dimensions, got 1",
    "L.gradient(T([1.]))": "edge_order 1 needs 2 points in dim 0, got 1",
    "L.gradient(T([1.,4.]),edge_order=2)": "edge_order 2 needs 3 points in dim 0, got 2",
    "L.gradient(T([1.,4.,5]),edge_order=3)": "edge_order must be 1 or 2, got 3",
}
